using System;

namespace Penstock.HyperAmp.Ring;

/// <summary>Takes a message; the payload is private memory, valid during the call.</summary>
public delegate void RingMessageHandler(in MessageHeader header, ReadOnlySpan<byte> payload);
