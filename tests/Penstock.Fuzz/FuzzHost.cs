using System;
using System.Collections.Generic;
using Penstock.Simulation;
using Penstock.Stack;
using Penstock.Stack.Buffers;
using Penstock.Stack.Tcp;
using Penstock.Stack.Udp;
using Penstock.Wire.Ip;

namespace Penstock.Fuzz;

/// <summary>A host without manners: it does whatever a host may do, at any time, from within events and outside of them.</summary>
public sealed class FuzzHost(Dice dice, BufferPool pool) : ITcpHost, IUdpHost
{
    private readonly List<TcpConnection> _open = [];
    private readonly List<TcpConnection> _unanswered = [];
    private readonly Dictionary<TcpConnection, int> _owed = [];
    private readonly HashSet<TcpConnection> _closed = [];

    /// <inheritdoc/>
    public StrangerVerdict OnStranger(in FlowKey flow, bool isOpening, in Lease packet, PacketOffload offload) =>
        dice.Chance(0.95) ? StrangerVerdict.Mine : dice.Pick(StrangerVerdict.Drop, StrangerVerdict.HandedOver);

    /// <inheritdoc/>
    public void OnOpening(TcpConnection connection)
    {
        if (dice.Chance(0.9))
            Answer(connection);
        else
            _unanswered.Add(connection);
    }

    /// <inheritdoc/>
    public void OnEstablished(TcpConnection connection) => MaySend(connection);

    /// <inheritdoc/>
    public bool OnText(TcpConnection connection, in Lease text)
    {
        if (!_open.Contains(connection))
            throw new FuzzException("text for a connection that is gone");
        if (dice.Chance(0.05))
            return false;
        int length = text.Length;
        text.Release();
        if (dice.Chance(0.8))
            connection.Consume(length);
        else
            _owed[connection] = _owed.GetValueOrDefault(connection) + length;
        MayAbort(connection, 0.002);
        return true;
    }

    /// <inheritdoc/>
    public void OnFin(TcpConnection connection)
    {
        if (dice.Chance(0.5))
            Shutdown(connection);
        MayAbort(connection, 0.02);
    }

    /// <inheritdoc/>
    public void OnSpace(TcpConnection connection) => MaySend(connection);

    /// <inheritdoc/>
    public void OnEnd(TcpConnection connection, TcpEnd end) => Forget(connection);

    /// <inheritdoc/>
    public void OnDatagram(in UdpDatagram datagram, long now)
    {
    }

    /// <inheritdoc/>
    public SessionOwner OnPacketTooBig(in FlowKey flow, in Lease packet, PacketOffload offload) =>
        dice.Pick(SessionOwner.Nobody, SessionOwner.ThisStack, SessionOwner.AnotherStack);

    /// <summary>Does something to some connection.</summary>
    public void Act()
    {
        if (_unanswered.Count > 0 && dice.Chance(0.2))
            Answer(_unanswered[0]);
        if (_open.Count == 0 || !dice.Chance(0.2))
            return;
        TcpConnection connection = _open[dice.Below(_open.Count)];
        if (_owed.Remove(connection, out int owed))
            connection.Consume(owed);
        MaySend(connection);
        if (dice.Chance(0.01))
            Shutdown(connection);
        MayAbort(connection, 0.005);
    }

    /// <summary>Aborts whatever there is.</summary>
    public void AbortAll()
    {
        while (_unanswered.Count > 0)
            Answer(_unanswered[0]);
        while (_open.Count > 0)
            MayAbort(_open[0], 1);
    }

    private void Answer(TcpConnection connection)
    {
        _unanswered.Remove(connection);
        switch (dice.Below(20))
        {
            case 0:
                connection.Refuse();
                break;
            case 1:
                connection.RefuseUnreachable(1, 3);
                break;
            default:
                _open.Add(connection);
                connection.Accept();
                break;
        }
    }

    private void MaySend(TcpConnection connection)
    {
        if (!_open.Contains(connection) || _closed.Contains(connection) || !dice.Chance(0.5))
            return;
        int length = Math.Min(connection.SendSpace, dice.Magnitude(1, 30_000));
        if (length > 0 && pool.TryRent(length, out Lease text))
            connection.Send(text);
    }

    private void Shutdown(TcpConnection connection)
    {
        if (_open.Contains(connection) && _closed.Add(connection))
            connection.ShutdownSend();
    }

    private void MayAbort(TcpConnection connection, double chance)
    {
        if (!_open.Contains(connection) || !dice.Chance(chance))
            return;
        Forget(connection);
        connection.Abort();
    }

    private void Forget(TcpConnection connection)
    {
        _open.Remove(connection);
        _unanswered.Remove(connection);
        _owed.Remove(connection);
        _closed.Remove(connection);
    }
}
