namespace Penstock.Native.Border;

/// <summary><c>enum penstock_status</c> of penstock.h.</summary>
internal enum Status
{
    Ok = 0,
    InvalidArgument = -1,
    InvalidConfiguration = -2,
    StartFailed = -3,
    NoSuchTunnel = -4,
    TimedOut = -5,
    Failed = -6,
    FromCallback = -7,
    Internal = -8,
}
