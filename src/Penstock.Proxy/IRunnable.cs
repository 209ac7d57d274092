namespace Penstock.Proxy;

/// <summary>Whoever has work left that waits for its turn.</summary>
internal interface IRunnable
{
    /// <summary>Called once, on the worker's thread, after the events of this round.</summary>
    void Run();
}
