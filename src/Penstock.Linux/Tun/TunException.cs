using System;

namespace Penstock.Linux.Tun;

/// <summary>A TUN device could not be opened or set up; the message names it, what was found, and what to do.</summary>
public sealed class TunException(string message) : Exception(message);
