using System;
using System.IO;
using Penstock.HyperAmp.Ring;

namespace Penstock.Cli.HyperAmp;

/// <summary>What <c>penstock amp ring</c> shows. Of long payload only the beginning: the whole of it is for files.</summary>
internal sealed class RingScreen(TextWriter output)
{
    private const int ShownBytes = 256;

    /// <summary>Saves an answer in the file that was asked for, or shows it.</summary>
    public void Answer(ReadOnlySpan<byte> answer, string? file)
    {
        if (file is not null)
        {
            AnswerFile.Write(file, answer);
            Line($"answer: {answer.Length} bytes, saved to {file}");
            return;
        }
        ReadOnlySpan<byte> shown = answer[..Math.Min(ShownBytes, answer.Length)];
        Line($"answer: {answer.Length} bytes");
        Line(MessageInput.ToText(shown));
        Line(Convert.ToHexStringLower(shown));
        if (shown.Length < answer.Length)
            Line($"{answer.Length - shown.Length} bytes more; -o FILE saves them all");
    }

    /// <summary>A message that answers nothing, with its text.</summary>
    public void Message(in MessageHeader header, ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> shown = payload[..Math.Min(ShownBytes, payload.Length)];
        string more = shown.Length < payload.Length ? $" and {payload.Length - shown.Length} bytes more" : "";
        Line($"{Envelope(header, payload)}: {MessageInput.ToText(shown)}{more}");
    }

    /// <summary>The same without its text.</summary>
    public void Arrival(in MessageHeader header, ReadOnlySpan<byte> payload) => Line(Envelope(header, payload));

    public void Ring(string name, RingStatus ring) => Line(
        $"{name}: header={ring.Header} tail={ring.Tail} capacity={ring.Capacity} length={ring.Length} enqueued={ring.Enqueued} dequeued={ring.Dequeued} "
        + $"lock value={ring.LockValue} owner={ring.LockOwner} count={ring.LockCount} contention={ring.Contention}");

    public void Line(object line) => output.WriteLine(line);

    private static string Envelope(in MessageHeader header, ReadOnlySpan<byte> payload) =>
        $"{header.Type} frontend={header.Frontend} backend={header.Backend} {payload.Length} bytes";
}
