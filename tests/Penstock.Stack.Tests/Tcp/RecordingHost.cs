using System;
using System.Collections.Generic;
using Penstock.Stack.Buffers;
using Penstock.Stack.Tcp;
using Penstock.Wire.Ip;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>A host that writes down what it is told, and accepts, consumes or answers as a test asks.</summary>
internal sealed class RecordingHost : ITcpHost
{
    public List<string> Events { get; } = [];

    public List<byte> Text { get; } = [];

    public List<int> TextSizes { get; } = [];

    public List<Lease> HeldTexts { get; } = [];

    public TcpConnection? Connection { get; private set; }

    public TcpEnd? Ended { get; private set; }

    public bool AcceptsAtOnce { get; set; } = true;

    /// <summary>True: text is used up as it comes; false: it is held, as by a proxy that does not read.</summary>
    public bool ConsumesAtOnce { get; set; } = true;

    /// <summary>True: text is refused, as by a tunnel at its memory budget.</summary>
    public bool RefusesText { get; set; }

    public StrangerVerdict Verdict { get; set; } = StrangerVerdict.Mine;

    public Action<TcpConnection>? WhenText { get; set; }

    public Action<TcpConnection>? WhenEstablished { get; set; }

    public Action<TcpConnection>? WhenFin { get; set; }

    public Action<TcpConnection>? WhenSpace { get; set; }

    public StrangerVerdict OnStranger(in FlowKey flow, bool isOpening, in Lease packet, PacketOffload offload)
    {
        Events.Add(isOpening ? "stranger SYN" : "stranger");
        return Verdict;
    }

    public void OnOpening(TcpConnection connection)
    {
        Events.Add("opening");
        Connection = connection;
        Ended = null;
        if (AcceptsAtOnce)
            connection.Accept();
    }

    public void OnEstablished(TcpConnection connection)
    {
        Events.Add("established");
        WhenEstablished?.Invoke(connection);
    }

    public bool OnText(TcpConnection connection, in Lease text)
    {
        if (RefusesText)
        {
            Events.Add("refused");
            return false;
        }
        Events.Add("text");
        TextSizes.Add(text.Length);
        Text.AddRange(text.Span.ToArray());
        if (ConsumesAtOnce)
        {
            int length = text.Length;
            text.Release();
            connection.Consume(length);
        }
        else
        {
            HeldTexts.Add(text);
        }
        WhenText?.Invoke(connection);
        return true;
    }

    public void OnFin(TcpConnection connection)
    {
        Events.Add("fin");
        WhenFin?.Invoke(connection);
    }

    public void OnSpace(TcpConnection connection)
    {
        Events.Add("space");
        WhenSpace?.Invoke(connection);
    }

    public void OnEnd(TcpConnection connection, TcpEnd end)
    {
        Events.Add($"end {end}");
        Ended = end;
    }

    /// <summary>Uses up everything that is held.</summary>
    public void ConsumeAll()
    {
        foreach (Lease text in HeldTexts)
        {
            Connection!.Consume(text.Length);
            text.Release();
        }
        HeldTexts.Clear();
    }
}
