/// What hostile and broken clients do to a running gateway, over real sockets: each test looks at
/// memory, at another client that sends at a steady rate meanwhile, and at the counter that names
/// what happened.
@NullMarked
package dev.headgate.gateway.hurt;

import org.jspecify.annotations.NullMarked;
