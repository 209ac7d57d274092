namespace Penstock.HyperAmp.Ring;

/// <summary>Which of a channel's two rings an end sends on. Who creates the pages is another question.</summary>
public enum RingSide
{
    /// <summary>Receives on the first page's ring and sends on the second's.</summary>
    Linux,

    /// <summary>Sends on the first page's ring and receives on the second's; the seL4 server's place.</summary>
    Remote,
}
