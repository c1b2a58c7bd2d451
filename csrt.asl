/*
 * Intel ACPI Component Architecture
 * iASL Compiler/Disassembler version 20200925 (64-bit version)
 * Copyright (c) 2000 - 2020 Intel Corporation
 * 
 * Template for [CSRT] ACPI Table (static data table)
 * Format: [ByteLength]  FieldName : HexFieldValue
 */
[0004]                          Signature : "CSRT"    [Core System Resource Table]
[0004]                       Table Length : 0000014C
[0001]                           Revision : 01
[0001]                           Checksum : 0D
[0006]                             Oem ID : "INTEL "
[0008]                       Oem Table ID : "TEMPLATE"
[0004]                       Oem Revision : 00000001
[0004]                    Asl Compiler ID : "INTL"
[0004]              Asl Compiler Revision : 20121114


[0004]                             Length : 00000088
[0004]                          Vendor ID : 4C544E49
[0004]                       Subvendor ID : 00000000
[0002]                          Device ID : 9C60
[0002]                       Subdevice ID : 0000
[0002]                           Revision : 0002
[0002]                           Reserved : 0000
[0004]                 Shared Info Length : 0000001C

[0002]                      Major Version : 0001
[0002]                      Minor Version : 0000
[0004]              MMIO Base Address Low : B3A00000
[0004]             MMIO Base Address High : 00000000
[0004]                      GSI Interrupt : 0000002A
[0001]                 Interrupt Polarity : 02
[0001]                     Interrupt Mode : 00
[0001]                       Num Channels : 06
[0001]                  DMA Address Width : 20
[0002]                  Base Request Line : 0000
[0002]              Num Handshake Signals : 0010
[0004]                     Max Block Size : 00000FFF

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0001
[0004]                                UID : 20495053

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0000
[0004]                                UID : 30414843

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0000
[0004]                                UID : 31414843

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0000
[0004]                                UID : 32414843

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0000
[0004]                                UID : 33414843

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0000
[0004]                                UID : 34414843

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0000
[0004]                                UID : 35414843

[0004]                             Length : 000000A0
[0004]                          Vendor ID : 4C544E49
[0004]                       Subvendor ID : 00000000
[0002]                          Device ID : 9C60
[0002]                       Subdevice ID : 0000
[0002]                           Revision : 0003
[0002]                           Reserved : 0000
[0004]                 Shared Info Length : 0000001C

[0002]                      Major Version : 0001
[0002]                      Minor Version : 0000
[0004]              MMIO Base Address Low : 00000000
[0004]             MMIO Base Address High : 00000000
[0004]                      GSI Interrupt : 0000002B
[0001]                 Interrupt Polarity : 02
[0001]                     Interrupt Mode : 00
[0001]                       Num Channels : 08
[0001]                  DMA Address Width : 20
[0002]                  Base Request Line : 0010
[0002]              Num Handshake Signals : 0010
[0004]                     Max Block Size : 00000FFF

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0001
[0004]                                UID : 20433249

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0000
[0004]                                UID : 30414843

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0000
[0004]                                UID : 31414843

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0000
[0004]                                UID : 32414843

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0000
[0004]                                UID : 33414843

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0000
[0004]                                UID : 34414843

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0000
[0004]                                UID : 35414843

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0000
[0004]                                UID : 36414843

[0004]                             Length : 0000000C
[0002]                               Type : 0003
[0002]                            Subtype : 0000
[0004]                                UID : 37414843
