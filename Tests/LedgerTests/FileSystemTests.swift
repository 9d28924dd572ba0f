// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Ledger

struct FileSystemTests {
    @Test(
        arguments: [
            (0x6969, nil, "NFS"), (0xFE53_4D42, nil, "SMB"), (0xFF53_4D42, nil, "CIFS"), (0x0102_1997, nil, "9P"),
            (0x00C3_6400, nil, "Ceph"), (0x6573_5546, "fuse.sshfs", "sshfs"), (0x6573_5546, "fuse.S3FS", "s3fs"),
            (0x6573_5546, "fuse.glusterfs", "glusterfs")
        ] as [(UInt32, String?, String)])
    func `a file system of several machines is refused by its name`(type: UInt32, mount: String?, name: String) {
        #expect(FileSystem.sharedName(type: type, mount: mount) == name)
    }

    @Test(
        arguments: [
            (0xEF53, nil), (0x5846_5342, nil), (0x9123_683E, nil), (0x0102_1994, nil), (0x794C_7630, nil),
            (0x2FC1_2FC1, nil), (0x6573_5546, "fuse.fuse-overlayfs"), (0x6573_5546, "fuseblk"), (0x6573_5546, nil)
        ] as [(UInt32, String?)])
    func `a file system of this machine is not`(type: UInt32, mount: String?) {
        #expect(FileSystem.sharedName(type: type, mount: mount) == nil)
    }

    @Test func `a folder that is not there yet is judged by the nearest above it`() throws {
        try FileSystem.refuseShared("/nowhere/at/all")
        try FileSystem.refuseShared(ProjectFolder().files.folder)
    }
}
