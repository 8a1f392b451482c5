// dynmetrics.h, "Version and errors".

import CDynMetrics
import CDynSupport
import Glibc

@_cdecl("dynm_abi_version") @implementation
public func dynm_abi_version() -> UInt32 { 0 }

@_cdecl("dynm_version") @implementation
public func dynm_version() -> UnsafePointer<CChar>? { dynsupport_version() }

@_cdecl("dynm_last_error") @implementation
public func dynm_last_error() -> UnsafePointer<CChar>? { dynsupport_last_error() }
