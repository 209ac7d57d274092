package hev.htproxy;

/** The class of the earlier generation, which has no TProxyIsRunning and learns nothing from its calls. */
public class TProxyService {
    public static native void TProxyStartService(String path, int descriptor);

    public static native void TProxyStopService();

    public static native long[] TProxyGetStats();

    public static boolean start(String path, int descriptor) {
        TProxyStartService(path, descriptor);
        return true;
    }

    public static boolean isRunning() {
        return TProxyGetStats()[0] > 0;
    }

    public static void stop() {
        TProxyStopService();
    }
}
