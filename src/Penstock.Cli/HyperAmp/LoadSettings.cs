using Penstock.HyperAmp.Configuration;

namespace Penstock.Cli.HyperAmp;

/// <summary>What <c>penstock amp load</c> was asked for.</summary>
/// <param name="Service">The service that is called.</param>
/// <param name="Threads">Client threads.</param>
/// <param name="Size">Bytes of a request.</param>
/// <param name="Seconds">How long.</param>
/// <param name="Rate">Requests a second in all; 0 for as many as go.</param>
/// <param name="Wait">How the threads wait; null for what the configuration says.</param>
internal sealed record LoadSettings(ushort Service, int Threads, int Size, double Seconds, double Rate, WaitMode? Wait);
