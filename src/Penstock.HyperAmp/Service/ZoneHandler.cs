using System;
using Penstock.HyperAmp.Services;

namespace Penstock.HyperAmp.Service;

/// <summary>A service as a function, see <see cref="IZoneService.Run"/>.</summary>
/// <param name="payload">The message's bytes; the answer replaces them.</param>
public delegate ServiceResult ZoneHandler(Span<byte> payload);
