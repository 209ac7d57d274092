namespace Penstock.Stack.Udp;

/// <summary>Who exchanges datagrams with an app's end.</summary>
public enum SessionOwner
{
    /// <summary>Nobody does.</summary>
    Nobody,

    /// <summary>The host that was asked, through this stack.</summary>
    ThisStack,

    /// <summary>Another stack's host, which has a copy of the packet now.</summary>
    AnotherStack,
}
