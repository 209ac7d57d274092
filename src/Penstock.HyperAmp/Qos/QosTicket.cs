namespace Penstock.HyperAmp.Qos;

/// <summary>Room for one request; goes back exactly once, by <see cref="QosGate.Leave"/>.</summary>
/// <param name="Class">The class it was taken for.</param>
/// <param name="Bytes">Payload bytes.</param>
/// <param name="EnteredAt">When the request came to the gate, in ticks of Stopwatch.</param>
public readonly record struct QosTicket(QosClass Class, int Bytes, long EnteredAt);
