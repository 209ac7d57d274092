namespace Penstock.HyperAmp.Ring;

/// <summary>What a ring message is about.</summary>
public enum MessageType : byte
{
    /// <summary>Text about a device.</summary>
    Device = 0,

    /// <summary>Text about a policy.</summary>
    Strategy = 1,

    /// <summary>Opens a session, or answers with the id that the backend gave it.</summary>
    Session = 2,

    /// <summary>A session's data, and the answer to a service call.</summary>
    Data = 3,

    /// <summary>A service call; the frontend field names the service.</summary>
    Service = 0x10,

    /// <summary>A transfer through the bulk window; the payload is a <see cref="BulkDescriptor"/>.</summary>
    Bulk = 0x20,
}
