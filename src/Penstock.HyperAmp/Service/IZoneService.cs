using System;
using Penstock.HyperAmp.Services;

namespace Penstock.HyperAmp.Service;

/// <summary>What one service id does.</summary>
/// <remarks>
/// Calls come from any number of threads at once. The payload is memory that the other zone may rewrite while the call
/// runs: copy what is checked, then check the copy. An exception fails its message and nothing else.
/// </remarks>
public interface IZoneService
{
    /// <summary>Runs in place.</summary>
    /// <param name="payload">The message's bytes; the answer replaces them.</param>
    ServiceResult Run(Span<byte> payload);
}
