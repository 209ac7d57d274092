package hev.htproxy;

/** The class of the later generation. */
public class TProxyService {
    public static native boolean TProxyStartService(String path, int descriptor);

    public static native boolean TProxyStopService();

    public static native boolean TProxyIsRunning();

    public static native long[] TProxyGetStats();

    public static boolean start(String path, int descriptor) {
        return TProxyStartService(path, descriptor);
    }

    public static boolean isRunning() {
        return TProxyIsRunning();
    }

    public static void stop() {
        if (!TProxyStopService()) throw new IllegalStateException("stop");
    }
}
