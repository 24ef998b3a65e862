package dev.headgate.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Server-side `tls`; with `clientCaFile` clients must present a certificate.
public record TlsServerConfig(Path certFile, Path keyFile, @Nullable Path clientCaFile) {}
