namespace Penstock.Tunnel.Uplinks;

/// <summary>Who is told what happens to an uplink stream: a session.</summary>
/// <remarks>Called on the shard's thread. After <see cref="UplinkStream.Close"/> no further call is made.</remarks>
public interface IUplinkOwner
{
    /// <summary>The destination answered: text may flow.</summary>
    void OnUplinkOpened();

    /// <summary>The stream could not be opened; it is closed already.</summary>
    void OnUplinkFailed(UplinkFailure failure, string reason);

    /// <summary>There may be text, an end of stream, or an error to <see cref="UplinkStream.Receive"/>.</summary>
    void OnUplinkReadable();

    /// <summary><see cref="UplinkStream.Send"/> may take more after it took less than everything.</summary>
    void OnUplinkWritable();
}
