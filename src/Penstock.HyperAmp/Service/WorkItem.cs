using Penstock.HyperAmp.Queue;

namespace Penstock.HyperAmp.Service;

/// <summary>A message on its way to a worker.</summary>
/// <param name="Message">Entry and copy.</param>
/// <param name="Turn">The entry's turn when it was taken: a later one means that a peer has begun it anew.</param>
/// <param name="Receiver">Who completes it.</param>
internal readonly record struct WorkItem(
    CapturedMessage Message, int Turn, Receiver<Regions.MappedWords> Receiver);
