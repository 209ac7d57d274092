using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Penstock.Linux.Events;
using Penstock.Linux.Interop;
using Penstock.Linux.Sockets;
using Penstock.Tests;

namespace Penstock.Linux.Tests.Interop;

/// <summary>Every constant and every struct of the room, asserted by the C compiler against the headers.</summary>
public sealed class LayoutsAndConstants
{
    private const string Includes = """
        #define _GNU_SOURCE
        #include <stddef.h>
        #include <limits.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <time.h>
        #include <sched.h>
        #include <signal.h>
        #include <spawn.h>
        #include <net/if.h>
        #include <netinet/in.h>
        #include <netinet/tcp.h>
        #include <netinet/udp.h>
        #include <sys/ioctl.h>
        #include <sys/epoll.h>
        #include <sys/eventfd.h>
        #include <sys/mman.h>
        #include <sys/prctl.h>
        #include <sys/resource.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/syscall.h>
        #include <sys/uio.h>
        #include <sys/un.h>
        #include <linux/bpf.h>
        #include <linux/fib_rules.h>
        #include <linux/if_tun.h>
        #include <linux/io_uring.h>
        #include <linux/netlink.h>
        #include <linux/rtnetlink.h>
        #include <linux/sock_diag.h>
        #include <linux/sockios.h>
        #include <linux/veth.h>
        #include <linux/virtio_net.h>

        """;

    // Younger than the headers of a long-lived distribution: asserted where the header has them.
    private static readonly HashSet<string> MayBeMissing =
        ["TUN_F_USO4", "TUN_F_USO6", "VIRTIO_NET_HDR_GSO_UDP_L4", "SYS_epoll_pwait2", "EHWPOISON"];

    [NeedsFact(Needs.Gcc)]
    public void AreWhatTheHeadersSay()
    {
        var program = new StringBuilder(Includes);
        int constants = AddConstants(program, typeof(Libc)) + AddConstants(program, typeof(Errno));
        int structs = 0;
        foreach (Type type in typeof(Libc).Assembly.GetTypes())
        {
            if (type is { Namespace: "Penstock.Linux.Interop", IsValueType: true, IsNested: false })
            {
                AddStruct(program, type, type.Name);
                structs++;
            }
        }
        AddStruct(program, typeof(IoVector), "iovec");
        Assert(program, "sizeof(struct epoll_event)", Epoll.EventSize);
        Assert(program, "offsetof(struct epoll_event, data)", Epoll.TokenOffset);
        Assert(program, "sizeof(struct sockaddr_in)", SocketAddress.InetLength);
        Assert(program, "sizeof(struct sockaddr_in6)", SocketAddress.Inet6Length);
        Assert(program, "offsetof(struct sockaddr_in, sin_addr)", 4);
        Assert(program, "offsetof(struct sockaddr_in6, sin6_addr)", 8);
        Assert(program, "offsetof(struct sockaddr_in6, sin6_scope_id)", 24);
        Assert(program, "sizeof(struct sockaddr_un)", SocketAddress.MaximumLength);
        Assert(program, "offsetof(struct fib_rule_hdr, action)", (int)Marshal.OffsetOf<rtmsg>(nameof(rtmsg.rtm_type)));
        Assert(program, "sizeof(struct fib_rule_hdr)", Unsafe.SizeOf<rtmsg>());
        Assert(program, "sizeof(posix_spawnattr_t) <= 1024 && sizeof(posix_spawn_file_actions_t) <= 1024", 1);
        Assert(program, "sizeof(sigset_t)", 128);
        Assert(program, "sizeof(struct virtio_net_hdr)", 10);

        string file = Path.Combine(Path.GetTempPath(), $"penstock-layout-{Guid.NewGuid():N}.c");
        try
        {
            File.WriteAllText(file, program.ToString());
            (int exitCode, _, string error) = Program.Run("gcc", "-std=gnu11", "-fsyntax-only", file);
            Xunit.Assert.True(exitCode == 0, error);
        }
        finally
        {
            File.Delete(file);
        }
        Xunit.Assert.True(constants > 200 && structs > 10, $"{constants} constants, {structs} structs");
    }

    [NeedsFact(Needs.Gcc)]
    public void AreReallyChecked()
    {
        string file = Path.Combine(Path.GetTempPath(), $"penstock-layout-{Guid.NewGuid():N}.c");
        try
        {
            var program = new StringBuilder(Includes);
            Assert(program, "EPOLLIN", 2);
            File.WriteAllText(file, program.ToString());
            Xunit.Assert.NotEqual(0, Program.Run("gcc", "-std=gnu11", "-fsyntax-only", file).ExitCode);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static int AddConstants(StringBuilder program, Type type)
    {
        int count = 0;
        foreach (FieldInfo field in type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
        {
            if (!field.IsLiteral || field.FieldType == typeof(string) || field.Name == nameof(Errno.Ok))
                continue;
            long value = Convert.ToInt64(field.GetRawConstantValue(), null);
            if (MayBeMissing.Contains(field.Name))
                program.AppendLine($"#ifdef {field.Name}");
            program.AppendLine($"_Static_assert((unsigned)({field.Name}) == {unchecked((uint)value)}u, \"{field.Name}\");");
            if (MayBeMissing.Contains(field.Name))
                program.AppendLine("#endif");
            count++;
        }
        return count;
    }

    private static void AddStruct(StringBuilder program, Type type, string name)
    {
        Assert(program, $"sizeof(struct {name})", SizeOf(type));
        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
        {
            Assert(program, $"offsetof(struct {name}, {field.Name})", (int)Marshal.OffsetOf(type, field.Name));
            if (field.FieldType.IsPrimitive)
                Assert(program, $"sizeof(((struct {name} *)0)->{field.Name})", SizeOf(field.FieldType));
        }
    }

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    private static void Assert(StringBuilder program, string expression, int value) =>
        program.AppendLine($"_Static_assert(({expression}) == {value}, \"{expression}\");");
}
