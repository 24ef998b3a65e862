package dev.headgate.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Client-side `tls`.
///
/// @param insecure plain text (a scheme in the endpoint wins)
public record TlsClientConfig(
    boolean insecure,
    boolean insecureSkipVerify,
    @Nullable Path caFile,
    @Nullable Path certFile,
    @Nullable Path keyFile,
    @Nullable String serverNameOverride) {}
