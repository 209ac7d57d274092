namespace Penstock.Linux.Netlink;

/// <summary>News about an interface.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Link">The interface as it is now, or was when it was deleted; meaningless for <see cref="LinkChangeKind.Missed"/>.</param>
public readonly record struct LinkChange(LinkChangeKind Kind, Link Link);
