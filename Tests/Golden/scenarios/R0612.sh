cat > converge.project <<'PROJECT'
environment default {
  use aws { region: "eu-west-1" }
}
PROJECT
cat > serve.recipe <<'RECIPE'
resource lake: DataLakeStorage {}
resource tracking: ExperimentTracking {}
resource serving: ModelServing { @service: "EKS" }

workflow release {
  step fit: Train { command: ["true"], track: tracking }
  step go: Deploy { model: fit.model, to: serving }
}
RECIPE
converge check serve.recipe
