using System;

namespace Penstock.HyperAmp.Ring;

/// <summary>Reads a bulk answer where it lies.</summary>
/// <param name="answer">
/// Shared memory, valid during the call. The peer can still write it: copy what is to be checked, and check the copy.
/// </param>
public delegate void RingBulkReader(ReadOnlySpan<byte> answer);
