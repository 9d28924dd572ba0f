// SPDX-License-Identifier: Apache-2.0
import CSystemCalls
import Glibc

/// Whether a file system is one that other machines may change at the same time.
///
/// There the locks that keep two processes apart do not reach, or reach only when every machine is set up for it, and
/// SQLite's log needs memory that all who use it share: a ledger there can be overtaken or damaged unseen.
enum FileSystem {
    /// The magic numbers of `statfs` (linux/magic.h and the file systems' own sources).
    private static let shared: [UInt32: String] = [
        0x6969: "NFS", 0x517B: "SMB", 0xFE53_4D42: "SMB", 0xFF53_4D42: "CIFS", 0x0102_1997: "9P",
        0x5346_414F: "AFS", 0x6B41_4653: "AFS", 0x7375_7245: "Coda", 0x564C: "NCP", 0x00C3_6400: "Ceph",
        0x0BD0_0BD0: "Lustre", 0x0116_1970: "GFS2", 0x7461_636F: "OCFS2", 0x4750_4653: "GPFS",
        0x1983_0326: "BeeGFS", 0xAAD7_AAEA: "PanFS", 0x786F_4256: "a shared folder of VirtualBox",
        0xBACB_ACBC: "a shared folder of VMware", 0x7C7C_6673: "a shared folder of Parallels"
    ]
    private static let fuse: UInt32 = 0x6573_5546
    /// What stands behind `fuse.` where the files are another machine's; other file systems in user space are this one's.
    private static let remoteFuse: Set<String> = [
        "sshfs", "s3fs", "gcsfuse", "goofys", "mountpoint-s3", "rclone", "blobfuse", "blobfuse2", "glusterfs", "davfs",
        "davfs2", "curlftpfs", "ceph-fuse", "cephfs", "moosefs", "mfs", "juicefs", "seaweedfs", "lizardfs", "beegfs",
        "smbnetfs", "google-drive-ocamlfuse", "onedriver", "gvfsd-fuse", "vmhgfs-fuse", "prl_fsd"
    ]

    /// What the file system is called where it is another machine's too; nil where it is this machine's alone.
    ///
    /// - Parameters:
    ///   - type: `f_type` of `statfs`.
    ///   - mount: Its name in the table of mounts, such as `fuse.sshfs`; nil where that is not known.
    static func sharedName(type: UInt32, mount: String?) -> String? {
        if let name = shared[type] { return name }
        guard type == fuse, let mount, mount.hasPrefix("fuse.") else { return nil }
        let name = mount.dropFirst("fuse.".count).lowercased()
        return remoteFuse.contains(name) ? String(name) : nil
    }

    /// - Throws: `LedgerFailure.shared` where the folder, or the nearest above it that is there, lies on such a file
    ///   system.
    static func refuseShared(_ folder: String) throws(LedgerFailure) {
        var path = folder
        var (type, major, minor): (UInt32, UInt32, UInt32) = (0, 0, 0)
        while true {
            let code = csc_file_system(path, &type, &major, &minor)
            if code == 0 { break }
            // Of a folder that cannot be looked at whoever uses it tells.
            guard code == ENOENT, path.count > 1 else { return }
            path = StateFile.folder(of: path)
        }
        if let name = sharedName(type: type, mount: type == fuse ? mount(ofDevice: "\(major):\(minor)") : nil) {
            throw .shared(folder: folder, system: name)
        }
    }

    /// The name of the file system on a device, from the table of mounts.
    private static func mount(ofDevice device: String) -> String? {
        let table: [UInt8]?
        do { table = try StateFile.read("/proc/self/mountinfo") } catch { return nil }
        // ID PARENT MAJOR:MINOR ROOT POINT OPTIONS … - TYPE SOURCE …
        for line in String(decoding: table ?? [], as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 2, words[2] == device, let dash = words.firstIndex(of: "-"), dash + 1 < words.count
            else {
                continue
            }
            return String(words[dash + 1])
        }
        return nil
    }
}
