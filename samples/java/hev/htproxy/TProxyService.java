package hev.htproxy;

/**
 * The class that the library looks for, with a program around it: runs until SIGINT or SIGTERM, prints what went through.
 *
 * <pre>
 *   javac -d classes hev/htproxy/TProxyService.java
 *   sudo java -cp classes hev.htproxy.TProxyService main.yml PATH/libhev-socks5-tunnel.so
 * </pre>
 */
public class TProxyService {
    /** Starts a tunnel on a thread of its own; -1: with a device of its own. False: one runs already. */
    public static native boolean TProxyStartService(String configPath, int tunDescriptor);

    /** Ends it, and returns when it has ended. */
    public static native boolean TProxyStopService();

    /** A tunnel runs; one that could not start, or ended by itself, does not. */
    public static native boolean TProxyIsRunning();

    /** Packets and bytes from the device, packets and bytes to it; zeros when none runs. */
    public static native long[] TProxyGetStats();

    public static void main(String[] arguments) throws InterruptedException {
        System.load(arguments[1]);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            long[] stats = TProxyGetStats();
            TProxyStopService();
            System.out.println(stats[1] + " bytes from the device, " + stats[3] + " bytes to it");
        }));
        TProxyStartService(arguments[0], -1);
        System.out.println("running");
        while (TProxyIsRunning()) {
            Thread.sleep(1000);
        }
        System.exit(1);
    }
}
