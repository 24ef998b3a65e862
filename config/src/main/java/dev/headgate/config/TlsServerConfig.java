package dev.headgate.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Server-side `tls`; with `clientCaFile` clients must present a certificate.
///
/// @param clientCaFileReload whether a change of `clientCaFile` counts without a restart
public record TlsServerConfig(
    TlsIdentityConfig identity,
    @Nullable Path clientCaFile,
    boolean clientCaFileReload,
    TlsProtocols protocols) {}
