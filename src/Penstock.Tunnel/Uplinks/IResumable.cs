namespace Penstock.Tunnel.Uplinks;

/// <summary>Something that waits for its turn in a shard's cycle.</summary>
internal interface IResumable
{
    /// <summary>Goes on; called on the shard's thread, from its cycle.</summary>
    void Continue();
}
