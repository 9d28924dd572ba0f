// SPDX-License-Identifier: Apache-2.0

/// A data-plane interface that a resource offers to steps; refined by `ObjectStore`, `TableStore` and the others.
///
/// Every request that has an effect carries its call's token: a repeat under the same token has no second effect and
/// gives the same answer. Calls stop at cancellation.
public protocol Facet: Sendable {}
