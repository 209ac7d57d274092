using System.Text;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Files;

/// <summary>What stands at a path, told without opening it: to open a pipe waits, and to open a device may do something.</summary>
public static class FileKind
{
    /// <summary>Looks at a path, through links.</summary>
    /// <param name="path">Without a 0; relative paths start at the working directory.</param>
    /// <param name="isRegular">A file that holds bytes: no directory, pipe, socket or device.</param>
    /// <returns>ENOENT, EACCES; ENOSYS or EPERM in a sandbox that does not let one look.</returns>
    public static unsafe SysResult Look(string path, out bool isRegular)
    {
        byte[] zeroTerminated = Encoding.UTF8.GetBytes(path + '\0');
        statx found = default;
        SysResult result;
        fixed (byte* p = zeroTerminated)
        {
            while (SysResult.Interrupted(Libc.statx(Libc.AT_FDCWD, p, 0, Libc.STATX_TYPE, &found), out result))
            {
            }
        }
        isRegular = result.IsSuccess && (found.stx_mode & Libc.S_IFMT) == Libc.S_IFREG;
        return result;
    }
}
