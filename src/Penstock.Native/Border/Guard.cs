using System;
using System.IO;
using System.Threading;
using Penstock.Linux;
using Penstock.Linux.Processes;
using Penstock.Linux.Tun;

namespace Penstock.Native.Border;

/// <summary>The last line before the host: no exception passes.</summary>
internal static class Guard
{
    // Of a host's thread nothing is known: its stack may be too small for the composer of configurations.
    private const int StackSize = 1024 * 1024;

    /// <summary>Does the work of one call; its status and its error text are the result.</summary>
    public static int Call(Func<Status> work)
    {
        Status status;
        string error;
        try
        {
            status = work();
            error = "";
        }
        catch (Exception problem)
        {
            (status, error) = Explain(problem);
        }
        try
        {
            // A status that is a failure without an exception has left its text already.
            if (status == Status.Ok || error.Length > 0)
                LastError.Text = error;
        }
        catch (OutOfMemoryException)
        {
            // The status alone has to do.
        }
        return (int)status;
    }

    /// <summary>Does work on a thread with a stack that is large enough, away from the host's signals, and waits for it.</summary>
    public static void OnOwnThread(Action work)
    {
        Exception? problem = null;
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                problem = e;
            }
        }, StackSize)
        {
            IsBackground = true,
            Name = "penstock-start",
        };
        using (HeldSignals.Hold())
            thread.Start();
        thread.Join();
        if (problem is not null)
            throw problem is BorderException known ? known : new BorderException(StatusOf(problem), problem.Message);
    }

    /// <summary>After a tunnel has ended: the collector would look only when the next one needs room.</summary>
    public static void GiveMemoryBack()
    {
        try
        {
            // Twice: a start that failed half-way has descriptors which only its finalizers close.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        catch (Exception)
        {
            // It stays for the next collection.
        }
    }

    private static (Status Status, string Text) Explain(Exception problem) =>
        problem is BorderException known ? (known.Status, known.Message) : (StatusOf(problem), problem.Message);

    private static Status StatusOf(Exception problem) => problem switch
    {
        TunException or SysException or IOException or UnauthorizedAccessException => Status.StartFailed,
        _ => Status.Internal,
    };
}
