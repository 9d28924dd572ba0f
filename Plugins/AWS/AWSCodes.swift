// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension DiagnosticCode {
    static let awsNoCredentials = DiagnosticCode(
        "V0601", "no AWS credentials",
        "None of the places where AWS tools look for credentials holds any. Set AWS_ACCESS_KEY_ID and "
            + "AWS_SECRET_ACCESS_KEY, name a profile in the `use` line or in AWS_PROFILE, or sign in with `aws sso login`."
    )
    static let awsBadCredentials = DiagnosticCode(
        "V0602", "AWS credentials that are not right",
        "The credentials are incomplete, malformed, or AWS does not know them: a key that was deleted, a secret that "
            + "belongs to another key, or keys of another partition.")
    static let awsExpiredCredentials = DiagnosticCode(
        "V0603", "AWS credentials that have expired",
        "Credentials of a session end after some time. Take new ones: sign in again, or set the new keys.")
    static let awsCredentialSource = DiagnosticCode(
        "V0604", "a source of AWS credentials that gives none",
        "A profile or variable says where credentials come from (a program, a role, a sign-in, a metadata service), and "
            + "that source failed. The message has its own words.")
    static let awsNoRegion = DiagnosticCode(
        "V0605", "no AWS region",
        "Every call goes to a region. Name it in the `use` line (`use aws { region: \"eu-west-1\" }`), in AWS_REGION, or "
            + "in the profile.")
    static let awsWrongRegion = DiagnosticCode(
        "V0606", "another AWS region",
        "What the call is about lives in another region than the one that was asked. Name that region in the `use` line."
    )
    static let awsDenied = DiagnosticCode(
        "V0607", "AWS does not allow it",
        "The credentials are good, but no policy allows this call to them, or one forbids it. The message names the "
            + "call; who may change the policies can allow it.")
    static let awsThrottled = DiagnosticCode(
        "V0608", "too many calls to AWS",
        "AWS asked to slow down for longer than was waited: about five minutes for things, and `max_attempts` of the `use` line "
            + "for what steps ask. Calls went slower and fewer at once meanwhile.")
    static let awsNameTaken = DiagnosticCode(
        "V0609", "an AWS name that is taken",
        "Something of this name exists already: in this account, or, for names that are unique in all of AWS, in anyone's. "
            + "Choose another name, or take the thing over with `adopt`.")
    static let awsQuota = DiagnosticCode(
        "V0610", "an AWS quota that is used up",
        "The account may not have more of this. Delete what is not needed, or ask for a higher quota in Service Quotas."
    )
    static let awsAnswer = DiagnosticCode(
        "V0611", "an AWS answer that makes no sense",
        "The answer is not what the service's model says. Something between here and AWS changed it, the address is not "
            + "that of the service, or the service has changed. Whether a change happened is settled by the next command."
    )
    static let awsAnswerLost = DiagnosticCode(
        "V0612", "an AWS answer that was lost",
        "The connection broke before the whole answer was there. The effect may or may not have happened; the next "
            + "command settles it by asking AWS.")
    static let awsClock = DiagnosticCode(
        "V0613", "a clock that AWS does not accept",
        "AWS takes signatures that are at most some minutes old. The time was taken from AWS's answer once, and that did "
            + "not help. Set the clock of this machine right.")
    static let awsNotOffered = DiagnosticCode(
        "V0614", "an AWS call that the server does not know",
        "The server answered with something that is no answer of the service: its address is not that of the service, the "
            + "service is not offered in this region, or a local server does not imitate this call.")
    static let awsRefused = DiagnosticCode(
        "V0615", "a request that AWS refuses",
        "AWS found fault with the request; the message has its words. Change what it names and try again.")
    static let awsParameter = DiagnosticCode(
        "V0616", "a parameter that the AWS call does not take",
        "The call has no such parameter, wants another type, or lacks one. The message says which and where.")
    static let awsNotFound = DiagnosticCode(
        "V0617", "something that AWS does not have",
        "What the call names does not exist in this account and region, or not any more.")
    static let awsConflict = DiagnosticCode(
        "V0618", "an AWS thing that is in use",
        "The thing is in the midst of another change, or others depend on it. Wait or take those away, and try again.")
    static let awsFailure = DiagnosticCode(
        "V0619", "a failure of AWS",
        "The service failed in the midst of the call, again and again. The AWS Health Dashboard tells of disturbances; "
            + "the request id is what AWS's support asks for.")
    static let awsOtherAccount = DiagnosticCode(
        "V0620", "another AWS account",
        "The `use` line names the only account to work in, and the credentials belong to another one. Nothing was done."
    )
    static let awsUnreachable = DiagnosticCode(
        "V0621", "no connection to AWS",
        "The address of the service could not be reached. Check the network, the region's name, and `endpoint` or "
            + "AWS_ENDPOINT_URL where one is set.")
    static let awsTimedOut = DiagnosticCode(
        "V0622", "no answer from AWS in time",
        "AWS did not answer before the time was up. The effect may or may not have happened; the next command settles it."
    )
    static let awsSettings = DiagnosticCode(
        "V0623", "an AWS setting that makes no sense",
        "A setting of the `use` line, a variable or a line of the shared config cannot be used; the message says which."
    )
    static let awsFields = DiagnosticCode(
        "V0624", "fields of an AWS thing that do not go together",
        "AWS would refuse what the fields say together, or leave a part of it out, so that every plan would ask for it again."
    )

    /// The codes of the client.
    static let allOfAWSClient: [DiagnosticCode] = [
        .awsNoCredentials, .awsBadCredentials, .awsExpiredCredentials, .awsCredentialSource, .awsNoRegion,
        .awsWrongRegion, .awsDenied, .awsThrottled, .awsNameTaken, .awsQuota, .awsAnswer, .awsAnswerLost, .awsClock,
        .awsNotOffered, .awsRefused, .awsParameter, .awsNotFound, .awsConflict, .awsFailure, .awsOtherAccount,
        .awsUnreachable, .awsTimedOut, .awsSettings, .awsFields
    ]
}
