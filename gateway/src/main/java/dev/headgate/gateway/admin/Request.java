package dev.headgate.gateway.admin;

import java.util.Map;

/// A request to a page, from somebody who may make it.
///
/// @param parameters of the query, none but those that the page knows
/// @param wantsJson whether the client would rather have JSON than text
public record Request(Caller caller, Map<String, String> parameters, boolean wantsJson) {}
