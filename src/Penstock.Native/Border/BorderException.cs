using System;

namespace Penstock.Native.Border;

/// <summary>A call of the host that fails with a status and a sentence; never crosses the border.</summary>
internal sealed class BorderException(Status status, string message) : Exception(message)
{
    public Status Status { get; } = status;
}
