// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Hands the plugin over to the host.
@c(converge_plugin)
public func convergePlugin() -> UnsafeMutableRawPointer? { PluginBox(StandardPlugin()).handOver() }

/// The vocabulary that all platforms share: the portable contracts of the paper's functionalities, and the kinds of
/// work, written once against facets.
struct StandardPlugin: Plugin {
    func contents() -> PluginContents {
        var contents = PluginContents(
            name: "standard", version: "0.1.0",
            doc: "The portable capabilities, and the steps of DataOps, MLOps and DevOps over facets")
        contents.stepKinds = [
            .ingest, .copy, .transform, .expect, .report, .train, .evaluate, .score, .deploy, .materialize, .monitor,
            .notify,
            .shell, .http,
            .approve, .wait, .run, .plan, .apply
        ]
        contents.executors = [
            IngestExecutor(), CopyExecutor(), TransformExecutor(), ExpectExecutor(), ReportExecutor(), TrainExecutor(),
            EvaluateExecutor(), ScoreExecutor(), DeployExecutor(), MaterializeExecutor(), MonitorExecutor(),
            NotifyExecutor(),
            ShellExecutor(), HttpExecutor(),
            ApproveExecutor(), WaitExecutor(),
            HostedExecutor.run,
            HostedExecutor.plan, HostedExecutor.apply
        ]
        contents.functions = ExpectFunction.all
        contents.diagnosticCodes = DiagnosticCode.allOfStandard
        contents.texts = Self.capabilityTexts + Self.shapeTexts
        return contents
    }
}
