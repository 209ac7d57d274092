using System;
using System.Linq;
using Penstock.Stack.Tcp;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>SYN, SYN-ACK, ACK, and everything that may come instead.</summary>
public class OpeningTests
{
    [Fact]
    public void A_syn_is_answered_only_when_the_host_accepts()
    {
        var ladder = new Ladder();
        ladder.Host.AcceptsAtOnce = false;
        ladder.SendSyn();
        ladder.ExpectNothing();
        Assert.Equal(TcpState.Opening, ladder.Connection.Status);
        ladder.Wait(30 * Ladder.Second);
        ladder.ExpectNothing();
        ladder.Connection.Accept();
        ladder.Flush();
        ladder.Expect(TcpFlags.Syn | TcpFlags.Ack, ack: 1, length: 0);
        Assert.Equal(["stranger SYN", "opening"], ladder.Host.Events);
    }

    [Fact]
    public void All_options_that_the_peer_offers_are_answered()
    {
        Ladder ladder = Ladder.SynReceived(new() { PeerTimestamps = true });
        TcpOptionList options = ladder.SynAck.Header.Options;
        Assert.Equal(1460, options.Mss);
        Assert.True(options.SackPermitted);
        Assert.Equal(7, options.WindowScale);
        Assert.True(options.HasTimestamps);
        Assert.Equal(ladder.PeerClock, options.TsEcr);
    }

    [Fact]
    public void Options_that_the_peer_does_not_offer_are_not_sent()
    {
        Ladder ladder = Ladder.SynReceived(new() { PeerScale = -1, PeerSack = false });
        TcpOptionList options = ladder.SynAck.Header.Options;
        Assert.False(options.SackPermitted);
        Assert.Equal(-1, options.WindowScale);
        Assert.False(options.HasTimestamps);
    }

    [Theory]
    [InlineData(false, 1500, 1460)]
    [InlineData(true, 1500, 1440)]
    [InlineData(false, 8500, 8460)]
    [InlineData(false, 65535, 65495)]
    [InlineData(true, 1280, 1220)]
    [InlineData(false, 576, 536)]
    public void The_mss_offered_is_the_devices_packet_without_headers(bool v6, int mtu, int mss) =>
        Assert.Equal(mss, Ladder.SynReceived(new() { V6 = v6, Mtu = mtu }).SynAck.Header.Options.Mss);

    [Theory]
    [InlineData(false, 536)]
    [InlineData(true, 1220)]
    public void A_peer_without_an_mss_option_gets_the_default(bool v6, int mss)
    {
        Ladder ladder = Ladder.Established(new() { V6 = v6, PeerMss = 0, SegmentOffload = false });
        ladder.Write(3000);
        ladder.Expect(length: mss);
    }

    [Fact]
    public void A_hostile_mss_does_not_make_tiny_segments()
    {
        Ladder ladder = Ladder.Established(new() { PeerMss = 1, SegmentOffload = false });
        ladder.Write(640);
        Assert.All(ladder.Drain(), s => Assert.Equal(64, s.Length));
    }

    [Fact]
    public void The_window_of_a_syn_ack_is_not_scaled() =>
        Assert.Equal(65535, Ladder.SynReceived().SynAck.Header.Window);

    [Fact]
    public void A_window_scale_beyond_fourteen_counts_as_fourteen()
    {
        Ladder ladder = Ladder.Established(new() { PeerScale = 99, PeerWindow = 1 });
        ladder.Write(20_000);
        Assert.Equal(14600, ladder.Drain().Sum(s => s.Length)); // the congestion window, not 1 or 2^99
    }

    [Fact]
    public void Text_in_a_syn_is_not_accepted()
    {
        var ladder = new Ladder { PeerIsn = 500 };
        ladder.Send(new() { Seq = 0, Flags = TcpFlags.Syn, Length = 100, Mss = 1460 });
        ladder.Expect(TcpFlags.Syn | TcpFlags.Ack, ack: 1);
        Assert.Empty(ladder.Host.Text);
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 100 });
        Assert.Equal(100, ladder.Host.Text.Count);
    }

    [Fact]
    public void A_lost_syn_ack_is_sent_again_with_backoff_and_given_up()
    {
        Ladder ladder = Ladder.SynReceived();
        long start = ladder.Now;
        ladder.Wait(999 * Ladder.Ms);
        ladder.ExpectNothing();
        foreach (int second in new[] { 1, 3, 7, 15, 31 })
        {
            ladder.Wait(start + second * Ladder.Second - ladder.Now);
            ladder.Expect(TcpFlags.Syn | TcpFlags.Ack, seq: 0, ack: 1);
            ladder.ExpectNothing();
        }
        ladder.Wait(40 * Ladder.Second);
        ladder.Expect(TcpFlags.Rst | TcpFlags.Ack);
        Assert.Equal(TcpEnd.TimedOut, ladder.Host.Ended);
        Assert.Equal(0, ladder.Stack.Count);
    }

    [Fact]
    public void A_repeated_syn_draws_the_syn_ack_again()
    {
        Ladder ladder = Ladder.SynReceived();
        ladder.Send(new() { Seq = 0, Flags = TcpFlags.Syn, Mss = 1460 });
        ladder.Expect(TcpFlags.Syn | TcpFlags.Ack, seq: 0, ack: 1);
        ladder.ExpectNothing();
    }

    [Fact]
    public void A_repeated_syn_while_the_host_thinks_draws_nothing()
    {
        var ladder = new Ladder();
        ladder.Host.AcceptsAtOnce = false;
        ladder.SendSyn();
        ladder.SendSyn();
        ladder.ExpectNothing();
        Assert.Equal(1, ladder.Stack.Count);
        Assert.Single(ladder.Host.Events, "opening");
    }

    [Fact]
    public void A_new_syn_while_the_host_thinks_replaces_the_old_one()
    {
        var ladder = new Ladder();
        ladder.Host.AcceptsAtOnce = false;
        ladder.SendSyn(1000);
        ladder.SendSyn(777_000);
        ladder.Connection.Accept();
        ladder.Flush();
        ladder.Expect(TcpFlags.Syn | TcpFlags.Ack, ack: 1);
    }

    [Fact]
    public void A_wrong_acknowledgment_of_the_syn_ack_draws_rst_and_changes_nothing()
    {
        Ladder ladder = Ladder.SynReceived();
        ladder.Send(new() { Ack = 2 });
        Sent reset = ladder.Expect(TcpFlags.Rst);
        Assert.Equal(2, reset.Seq);
        Assert.Equal(TcpState.SynReceived, ladder.Connection.Status);
        ladder.Send(new() { Ack = 1 });
        Assert.Equal(TcpState.Established, ladder.Connection.Status);
    }

    [Fact]
    public void Text_may_come_with_the_acknowledgment_of_the_syn_ack()
    {
        Ladder ladder = Ladder.SynReceived();
        ladder.Send(new() { Ack = 1, Length = 300 });
        ladder.Expect(TcpFlags.Ack, ack: 301);
        Assert.Equal(["stranger SYN", "opening", "established", "text"], ladder.Host.Events);
    }

    [Fact]
    public void A_host_that_aborts_when_told_of_establishment_gets_no_text()
    {
        Ladder ladder = Ladder.SynReceived();
        ladder.Host.WhenEstablished = c => c.Abort();
        ladder.Send(new() { Ack = 1, Length = 300 });
        ladder.Expect(TcpFlags.Rst | TcpFlags.Ack);
        ladder.ExpectNothing();
        Assert.Empty(ladder.Host.Text);
        Assert.Null(ladder.Host.Ended);
    }

    [Fact]
    public void A_fin_may_come_with_the_acknowledgment_of_the_syn_ack()
    {
        Ladder ladder = Ladder.SynReceived();
        ladder.Send(new() { Ack = 1, Length = 10, Flags = TcpFlags.Fin | TcpFlags.Ack });
        ladder.Expect(TcpFlags.Ack, ack: 12);
        Assert.Equal(TcpState.CloseWait, ladder.Connection.Status);
    }

    [Fact]
    public void Text_and_close_before_the_handshake_ends_are_sent_behind_it()
    {
        Ladder ladder = Ladder.SynReceived();
        ladder.Queue(100);
        ladder.Connection.ShutdownSend();
        ladder.Flush();
        ladder.ExpectNothing();
        ladder.Send(new() { Ack = 1 });
        ladder.Expect(TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Ack, seq: 1, length: 100);
        Assert.Equal(TcpState.FinWait1, ladder.Connection.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reset_ends_a_half_open_connection(bool accepted)
    {
        var ladder = new Ladder();
        ladder.Host.AcceptsAtOnce = accepted;
        ladder.SendSyn();
        ladder.Drain();
        ladder.Send(new() { Seq = 1, Flags = TcpFlags.Rst });
        ladder.ExpectNothing();
        Assert.Equal(TcpEnd.PeerReset, ladder.Host.Ended);
        Assert.Equal(0, ladder.Stack.Count);
        Assert.Equal(long.MaxValue, ladder.Stack.NextDeadline);
    }

    [Fact]
    public void A_refused_syn_draws_rst_with_its_number_acknowledged()
    {
        var ladder = new Ladder();
        ladder.Host.AcceptsAtOnce = false;
        ladder.SendSyn();
        ladder.Connection.Refuse();
        Sent reset = ladder.Expect(TcpFlags.Rst | TcpFlags.Ack, ack: 1);
        Assert.Equal(0u, reset.Header.Seq.Value);
        Assert.True(reset.ChecksumHolds);
        Assert.Equal(0, ladder.Stack.Count);
        Assert.Null(ladder.Host.Ended);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_unreachable_destination_draws_icmp_that_quotes_the_syn(bool v6)
    {
        var ladder = new Ladder(new() { V6 = v6 });
        ladder.Host.AcceptsAtOnce = false;
        ladder.SendSyn();
        ladder.Connection.RefuseUnreachable(1, 3);
        ladder.ExpectNothing();
        byte[] packet = Assert.Single(ladder.Icmp);
        Assert.True(IpPacket.TryParse(packet, out IpPacket ip));
        Assert.Equal(ladder.Flow.Source.Address, ip.Destination);
        int at = ip.PayloadOffset;
        Assert.Equal(v6 ? 1 : 3, packet[at]);
        Assert.Equal(v6 ? 3 : 1, packet[at + 1]);
        ulong sum = v6 ? Wire.Checksum.InternetChecksum.PseudoHeader(ip.Source, ip.Destination, ip.Protocol, ip.PayloadLength) : 0;
        Assert.Equal(0xffff, Wire.Checksum.InternetChecksum.Fold(Wire.Checksum.InternetChecksum.Add(sum, packet.AsSpan(at))));
        Assert.True(IpPacket.TryParse(packet.AsSpan(at + 8), out IpPacket quoted));
        Assert.Equal(ladder.Flow.Source.Address, quoted.Source);
        Assert.True(TcpSegment.TryParse(packet.AsSpan(at + 8 + quoted.PayloadOffset), out TcpSegment syn));
        Assert.Equal(40000, syn.SourcePort);
        Assert.Equal(443, syn.DestinationPort);
        Assert.Equal(ladder.PeerIsn, syn.Seq.Value);
        Assert.Equal(0, ladder.Stack.Count);
    }

    [Fact]
    public void Initial_sequence_numbers_differ_between_flows_and_rise_with_time_in_one()
    {
        var ladder = new Ladder();
        uint Iss(ushort port)
        {
            ladder.Flow = ladder.Flow with { Source = ladder.Flow.Source with { Port = port } };
            ladder.SendSyn();
            uint iss = ladder.Expect().Header.Seq.Value;
            ladder.Connection.Abort();
            ladder.Drain();
            return iss;
        }
        uint first = Iss(1000);
        uint other = Iss(1001);
        Assert.True(System.Math.Abs((int)(other - first)) > 1000, "neighbouring ports have neighbouring numbers");
        ladder.Wait(8 * Ladder.Second);
        Assert.Equal(first + 2_000_000, Iss(1000)); // a number every 4 µs, RFC 6528 (3)
    }

    [Fact]
    public void A_syn_that_asks_for_ecn_gets_it()
    {
        Ladder ladder = Ladder.Established(new() { PeerEcn = true });
        ladder.Write(10);
        Assert.Equal(2, ladder.Expect().Ip.Ecn);
    }

    [Fact]
    public void Ecn_can_be_refused()
    {
        Ladder ladder = Ladder.Established(new() { PeerEcn = true, Tcp = new() { Ecn = false } });
        ladder.Write(10);
        Assert.Equal(0, ladder.Expect().Ip.Ecn);
    }
}
