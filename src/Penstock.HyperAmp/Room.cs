namespace Penstock.HyperAmp; internal static class Room;
