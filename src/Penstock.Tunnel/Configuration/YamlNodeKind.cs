namespace Penstock.Tunnel.Configuration;

internal enum YamlNodeKind
{
    Scalar,
    Sequence,
    Mapping,
}
