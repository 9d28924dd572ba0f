// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A database of Redshift, and as whom steps sign in to it.
struct RedshiftPlace: Sendable, Hashable {
    enum Computing: Sendable, Hashable {
        case cluster(String)
        case workgroup(String)
    }

    enum SignIn: Sendable, Hashable {
        /// With the name and password of a secret.
        case secret(arn: String)
        /// As a user of the database, with a password for some minutes. Work groups know none.
        case user(String)
        /// As the user that Redshift has for the caller's own identity.
        case identity
    }

    var computing: Computing
    var database: String
    var signIn: SignIn

    /// The members of each call that name it.
    var parameters: ObjectValue {
        var parameters: ObjectValue = ["database": .string(database)]
        switch computing {
        case .cluster(let name): parameters["cluster_identifier"] = .string(name)
        case .workgroup(let name): parameters["workgroup_name"] = .string(name)
        }
        switch signIn {
        case .secret(let arn): parameters["secret_arn"] = .string(arn)
        case .user(let name): parameters["db_user"] = .string(name)
        case .identity: break
        }
        return parameters
    }
}

/// Where files lie on their way into tables, and the role with which Redshift reads them.
struct RedshiftStaging: Sendable, Hashable {
    var place: StoragePrefix
    /// An ARN; nil for the one that is the warehouse's default.
    var role: String?
}
