// The other file of face_plain.cc: with exceptions.
#include <dynmetrics.hpp>

bool throws_beside();

bool throws_beside() {
    try {
        dynmetrics::create_runtime().endpoint("generate");
    } catch (const dynmetrics::Error &error) {
        return error.status() == DYNM_EINVAL;
    }
    return false;
}
