using System;

namespace Penstock.Tunnel.MappedDns;

/// <summary>Who is told what became of a query that the proxy's side resolves.</summary>
internal interface IQueryOwner
{
    /// <summary>The answer, a message of a header or more with the query's number; valid during the call, and may be overwritten.</summary>
    void OnResolved(ReadOnlySpan<byte> query, Span<byte> answer);

    /// <summary>There will be no answer.</summary>
    void OnUnresolved(ReadOnlySpan<byte> query);
}
