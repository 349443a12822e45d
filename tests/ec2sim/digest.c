/* SPDX-License-Identifier: MIT */
#include "digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

char *digest_hex(const void *data, size_t n, char *ret) {
        static const char key[] = "ec2sim";
        unsigned char mac[EVP_MAX_MD_SIZE] = { 0 };
        unsigned len = 0;
        (void) HMAC(EVP_sha256(), key, (int) sizeof(key) - 1, data, n, mac, &len);
        for (size_t i = 0; i < 16; i++) {
                ret[2 * i] = "0123456789abcdef"[mac[i] >> 4];
                ret[2 * i + 1] = "0123456789abcdef"[mac[i] & 15];
        }
        ret[32] = '\0';
        return ret;
}
