/// What operators look at: metrics, liveness, readiness.
@NullMarked
package dev.headgate.gateway.admin;

import org.jspecify.annotations.NullMarked;
