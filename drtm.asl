/*
 * Intel ACPI Component Architecture
 * iASL Compiler/Disassembler version 20200925 (64-bit version)
 * Copyright (c) 2000 - 2020 Intel Corporation
 * 
 * Template for [DRTM] ACPI Table (static data table)
 * Format: [ByteLength]  FieldName : HexFieldValue
 */
[0004]                          Signature : "DRTM"    [Dynamic Root of Trust for Measurement table]
[0004]                       Table Length : 00000094
[0001]                           Revision : 01
[0001]                           Checksum : B9
[0006]                             Oem ID : "INTEL "
[0008]                       Oem Table ID : "TEMPLATE"
[0004]                       Oem Revision : 00000001
[0004]                    Asl Compiler ID : "INTL"
[0004]              Asl Compiler Revision : 20150410

[0008]                 Entry Base Address : 0000000000000000
[0008]                       Entry Length : 0000000000000000
[0004]                           Entry 32 : 00000000
[0008]                           Entry 64 : 0000000000000000
[0008]                       Exit Address : 0000000000000000
[0008]                     Log Area Start : 0000000000000000
[0004]                    Log Area Length : 00000000
[0008]             Arch Dependent Address : 0000000000000000
[0004]              Flags (decoded below) : 00000000
                         Namespace in TCB : 0
                    Gap Code on S3 Resume : 0
                    Gap Code on DLME_Exit : 0
                  PCR_Authorities Changed : 0

[0004]              Validated Table Count : 00000001
[0008]                      Table Address : 0000000000000000

[0004]                     Resource Count : 00000001
[0007]                               Size : 00000000000000
[0001]                               Type : 00
                            Resource Type : 0
                              Protections : 0
[0008]                            Address : 0000000000000000

[0004]            DLME Platform Id Length : 00000000
[0016]                   DLME Platform Id : 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
