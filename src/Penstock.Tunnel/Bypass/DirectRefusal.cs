using Penstock.Linux;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Bypass;

/// <summary>Why something cannot go direct. Its words are made when somebody wants them: datagrams can be refused by the thousand.</summary>
internal readonly struct DirectRefusal
{
    private readonly string? _name;
    private readonly string? _why;
    private readonly InetAddress _address;
    private readonly SysResult _result;

    private DirectRefusal(bool isOurs, SysResult result, string? name = null, string? why = null, InetAddress address = default)
    {
        IsOurs = isOurs;
        _result = result;
        _name = name;
        _why = why;
        _address = address;
    }

    /// <summary>Something of this host is the trouble, which somebody can mend; else the destination is.</summary>
    public bool IsOurs { get; }

    /// <summary>For a person.</summary>
    public string Text => $"direct: {(_name, _why, IsOurs) switch
    {
        ({ } name, _, true) =>
            $"{name} has mapped addresses alone here, since this host asks mapped DNS itself: name it in mapdns.exclude, and its network in bypass.list",
        ({ } name, { Length: > 0 } why, _) => $"{name} has no address here: {why}",
        ({ } name, _, _) => $"{name} has no address here",
        (_, { } why, _) => why,
        _ when _result.IsSuccess => $"{_address} stands for no name",
        _ => _result.Message,
    }}";

    /// <summary>No name is known for a mapped address.</summary>
    public static DirectRefusal Nameless(in InetAddress address) => new(false, SysResult.Ok(), address: address);

    /// <summary>A name has no address that leads anywhere.</summary>
    /// <param name="name">The name.</param>
    /// <param name="addresses">What this host's resolver says, mapped addresses alone.</param>
    /// <param name="failure">Why it says nothing.</param>
    public static DirectRefusal Unresolved(string name, InetAddress[] addresses, string failure) =>
        new(addresses.Length > 0, SysResult.Ok(), name, failure);

    /// <summary>The destination is the trouble.</summary>
    public static DirectRefusal Because(string why) => new(false, SysResult.Ok(), why: why);

    /// <summary>A call failed.</summary>
    /// <param name="result">Its result.</param>
    /// <param name="refusal">The key that cannot be had, if that is it.</param>
    public static DirectRefusal Failed(SysResult result, string? refusal) =>
        new(refusal is not null || result.Errno is Errno.EPERM or Errno.ENODEV or Errno.EADDRNOTAVAIL, result, why: refusal);
}
