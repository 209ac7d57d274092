using System;
using Penstock.Simulation.Peer;

namespace Penstock.Simulation;

/// <summary>Somebody who knows the addresses and ports of a flow, and guesses at its numbers.</summary>
/// <remarks>
/// What RFC 5961 defends against, and no more: numbers that hit exactly would be obeyed by any TCP. Forged text never
/// carries an acknowledgment that an honest segment could carry.
/// </remarks>
public sealed class Attacker(Dice dice)
{
    /// <summary>A forged segment to go beside an honest one; null for none.</summary>
    public ModelPacket? Forge(ModelPeer peer, ModelPacket honest)
    {
        if (!dice.Chance(peer.Plan.Attack) || !peer.IsOpen || peer.End != PeerEnd.None)
            return null;
        ModelPacket forged = honest.Copy();
        forged.Text = [];
        forged.SegmentSize = 0;
        forged.Mss = 0;
        forged.Scale = -1;
        forged.SackPermitted = false;
        forged.Sack.Clear();
        uint end = peer.Plan.Iss + (uint)peer.SentEnd;
        switch (dice.Below(8))
        {
            case 0: // a reset somewhere in the window, not at its edge: RFC 5961 (3.2)
                forged.Bits = Bits.Rst;
                forged.Seq = end + (uint)dice.Between(1, 3000);
                break;
            case 1: // a reset anywhere
                forged.Bits = Bits.Rst | Bits.Ack;
                forged.Seq = end + 0x4000_0000 + (uint)dice.Below(0x3fff_ffff);
                break;
            case 2: // a SYN in the window: RFC 5961 (4.2)
                forged.Bits = Bits.Syn;
                forged.Seq = end + (uint)dice.Between(0, 3000);
                break;
            case 3: // text that acknowledges what was never sent: RFC 5961 (5.2)
                forged.Bits = Bits.Ack | Bits.Psh;
                forged.Ack = honest.Ack + 0x2000_0000 + (uint)dice.Below(0x1000_0000);
                forged.Seq = end;
                forged.Text = Garbage();
                break;
            case 4: // text that acknowledges what is long past
                forged.Bits = Bits.Ack;
                forged.Ack = honest.Ack - 0x2000_0000 - (uint)dice.Below(0x1000_0000);
                forged.Seq = end;
                forged.Text = Garbage();
                break;
            case 5: // text far outside the window
                forged.Bits = Bits.Ack;
                forged.Seq = end + 0x2000_0000 + (uint)dice.Below(0x2000_0000);
                forged.Text = Garbage();
                break;
            case 6: // no acknowledgment at all, or every bit at once
                forged.Bits = dice.Chance(0.5) ? Bits.None : Bits.Syn | Bits.Fin | Bits.Psh;
                forged.Seq = end + (uint)dice.Below(1000);
                forged.Text = Garbage();
                break;
            default: // SACK blocks that make no sense
                forged.Bits = Bits.Ack;
                forged.Seq = end;
                for (int i = dice.Between(1, 2); i > 0; i--)
                    forged.Sack.Add((honest.Ack + (uint)dice.Next() % 0x2000_0000 + 0x2000_0000, (uint)dice.Next()));
                break;
        }
        return forged;
    }

    private byte[] Garbage()
    {
        byte[] bytes = new byte[dice.Between(1, 100)];
        foreach (ref byte b in bytes.AsSpan())
            b = (byte)dice.Next();
        return bytes;
    }
}
