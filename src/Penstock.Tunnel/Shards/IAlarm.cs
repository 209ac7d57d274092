namespace Penstock.Tunnel.Shards;

/// <summary>What ends the sleep of a mailbox's owner: the write side of its eventfd.</summary>
public interface IAlarm
{
    /// <summary>Ends the sleep, or the next one if the owner is only about to fall asleep. Called from any thread.</summary>
    void Ring();
}
