using System;
using System.Threading;
using Penstock.Linux.Events;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Processes;

/// <summary>A program that was started; it has none of our descriptors but the standard three and those named.</summary>
/// <remarks>SIGCHLD is left alone, for this process may be somebody else's: children are waited for by their id.</remarks>
public sealed unsafe class ChildProcess
{
    private ChildProcess(int id) => Id = id;

    /// <summary>The process id; another process may have it once the child was waited for.</summary>
    public int Id { get; }

    /// <summary>Starts a program.</summary>
    /// <returns>ENOENT, EACCES; ENOEXEC for a script without <c>#!</c>.</returns>
    public static SysResult Start(ChildRequest request, out ChildProcess? child)
    {
        SysResult result = new SpawnCall(request).Run(out int id);
        child = result.IsSuccess ? new ChildProcess(id) : null;
        return result;
    }

    /// <summary>Waits for the end, however long it takes.</summary>
    /// <returns>The exit status, 128 plus the signal's number when one ended it, -1 when somebody else waited for it first.</returns>
    public int Wait()
    {
        int status = 0;
        SysResult result;
        while (SysResult.Interrupted(Libc.waitpid(Id, &status, 0), out result))
        {
        }
        if (!result.IsSuccess)
            return -1;
        int signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    /// <summary>Lets the child run by itself; a thread of its own waits for it, so that it leaves no zombie.</summary>
    /// <param name="ended">Told the exit status of <see cref="Wait"/>, on that thread; may never be called.</param>
    public void LetRun(Action<int>? ended = null)
    {
        var reaper = new Thread(() =>
        {
            Threads.SetName("child-reaper");
            int status = Wait();
            ended?.Invoke(status);
        }, maxStackSize: 64 * 1024)
        {
            IsBackground = true,
        };
        reaper.Start();
    }

    /// <summary>Sends it a signal.</summary>
    public SysResult Send(Signal signal) => SysResult.Of(Libc.kill(Id, (int)signal));

    /// <summary>Ends it at once (SIGKILL).</summary>
    public SysResult Kill() => SysResult.Of(Libc.kill(Id, Libc.SIGKILL));
}
