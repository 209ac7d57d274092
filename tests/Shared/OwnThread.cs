using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using Penstock.Linux.Namespaces;

namespace Penstock.Tests;

/// <summary>Runs a test's body on a thread of its own, under a watchdog.</summary>
public static class OwnThread
{
    /// <summary>Long enough for any test on a loaded machine; a hang is told instead of waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static void Run(Action body)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        if (!thread.Join(Patience))
            throw new TimeoutException("the test hangs");
        failure?.Throw();
    }

    /// <summary>The same in a new network namespace, which vanishes with the thread and what it opened.</summary>
    public static void RunInNewNetwork(Action body) => Run(() =>
    {
        NetworkNamespace.EnterNew().ThrowOnError("enter a new network namespace");
        body();
    });
}
