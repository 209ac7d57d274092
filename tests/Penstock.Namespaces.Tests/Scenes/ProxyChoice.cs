namespace Penstock.Namespaces.Tests.Scenes;

/// <summary>The proxy behind the tunnel.</summary>
public enum ProxyChoice
{
    /// <summary>None yet: the test starts its own.</summary>
    None,

    /// <summary>microsocks: a thread a connection, plain read and write.</summary>
    Microsocks,

    /// <summary>dante: a process pool, splits and merges as it likes.</summary>
    Dante,

    /// <summary>Penstock's own.</summary>
    Embedded,
}
