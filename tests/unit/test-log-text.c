/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <time.h>

#include "log-text.h"

/* A log as text, and what must come out of it. */
struct row {
	const char *format, *text, *frames;
	size_t faults;
};

static void check(const struct row *rows, size_t n)
{
	static struct log_text t;

	for (size_t i = 0; i < n; i++) {
		log_text_read(&t, rows[i].text, strlen(rows[i].text));
		assert_string_equal(t.frames, rows[i].frames);
		assert_string_equal(t.format, rows[i].format);
		assert_int_equal(t.faults, rows[i].faults);
	}
}

static void candump(void **state)
{
	static const struct row rows[] = {
		{ "candump", "(1436509052.249713) vcan0 044#2A366C2BBA\n",
		  "(1436509052.249713) vcan0 044#2A366C2BBA R\n", 0 },
		{ "candump", " (1436509052.249713)  can0  RX - -  123   [2]  11 22\n"
			     " (1436509052.349713)  can0  TX B E  123  [12]  00 01 02 03 04 05 06 07 08 09 0A 0B\n",
		  "(1436509052.249713) can0 123#1122 R\n"
		  "(1436509052.349713) can0 123##3000102030405060708090A0B T\n", 0 },
		/* A FD frame has two digits. */
		{ "candump", " (1.000000)  can0  123  [08]  00 01 02 03 04 05 06 07\n",
		  "(1.000000) can0 123##00001020304050607 R\n", 0 },
		{ "candump", " (2015-07-09 06:17:32.249713)  can0  123   [3]  remote request\n",
		  "(1436422652.249713) can0 123#R3 R\n", 0 },
		{ "candump", "  (2015-07-09 06:17:32.249713) can0 123#11 T\r\n",
		  "(1436422652.249713) can0 123#11 T\n", 0 },
		{ "candump", " (1.000000)  can0  20000004   [8]  00 04 00 00 00 00 00 00   ERRORFRAME\n",
		  "(1.000000) can0 20000004#0004000000000000 R\n", 0 },
		{ "candump", " (1.000000)  can0  123   [4]  11 22 33 44   '.\"3D'\n",
		  "(1.000000) can0 123#11223344 R\n", 0 },
		{ "candump", " (1.000000)  can0  123   [3]  33`22`11\n",
		  "(1.000000) can0 123#112233 R\n", 0 },
		{ "candump", " (1.000000)  can0  123   [3]  11 22\n (1.000000)  can0  123   [1]  11 22\n"
			     " (1.000000)  can0  800   [1]  11\n (1.000000)  can0  123   [9]  11\n"
			     " (1.000000)  can0  123   [1]  GG\n (2.000000)  can0  123   [1]  11\n",
		  "(2.000000) can0 123#11 R\n", 5 },
	};
	(void)state;

	check(rows, ARRAY_SIZE(rows));
}

static void candump_without_time(void **state)
{
	static const struct row rows[] = {
		{ "candump", "  can0  123   [8]  11 22 33 44 55 66 77 88\n"
			     "  can0  18FEF100   [2]  AA BB\n  can0       123   [0] \n",
		  "(-) 123#1122334455667788\n(-) 18FEF100#AABB\n(-) 123#\n", 0 },
	};
	(void)state;

	check(rows, ARRAY_SIZE(rows));
}

/* candump -t z counts from the first frame on, -t d from the one before. */
static void candump_small_times(void **state)
{
	static const struct row rows[] = {
		{ "candump", " (000.000000)  can0  123   [0]\n (000.100000)  can0  123   [0]\n"
			     " (000.250000)  can0  123   [0]\n",
		  "(0.000000) can0 123# R\n(0.100000) can0 123# R\n(0.250000) can0 123# R\n", 0 },
		{ "candump", " (000.000000)  can0  123   [0]\n (000.100000)  can0  123   [0]\n"
			     " (000.099000)  can0  123   [0]\n (000.101000)  can0  123   [0]\n",
		  "(0.000000) can0 123# R\n(0.100000) can0 123# R\n(0.199000) can0 123# R\n"
		  "(0.300000) can0 123# R\n", 0 },
	};
	(void)state;

	check(rows, ARRAY_SIZE(rows));
}

#define ASC_HEAD "date Tue Nov 14 10:13:20.250 pm 2023\nbase hex  timestamps absolute\n"

static void asc(void **state)
{
	static const struct row rows[] = {
		{ "asc", ASC_HEAD "internal events logged\n// version 9.0.0\n"
			 "Begin Triggerblock Tue Nov 14 10:13:20.250 pm 2023\n"
			 "   0.000000 Start of measurement\n"
			 "   0.010270 1  100             Tx   d 8 30 D4 7F A9 01 01 00 00  Length = 0 BitCount = 0 ID = 256\n"
			 "   0.012000 2  18FEF100x       Rx   d 3 FF 00 1A\n"
			 "   0.015991 CAN 1 Status:chip status error passive - TxErr: 132 RxErr: 0\n"
			 "   0.020000 1  ErrorFrame\n"
			 "   0.021000 1 Statistic: D 10 R 0 XD 0 XR 0 E 0 O 0 B 0.00%\n"
			 "   0.030000 1  200 Tx r 5 Length = 1704000\n   0.031000 1  201 Rx r\n"
			 "   0.032000 Li LIN1 something\nEnd TriggerBlock\n",
		  "(1700000000.260270) can0 100#30D47FA901010000 T\n"
		  "(1700000000.262000) can1 18FEF100#FF001A R\n"
		  "(1700000000.270000) can0 20000088#0000000000000000 R\n"
		  "(1700000000.280000) can0 200#R5 T\n(1700000000.281000) can0 201#R R\n", 0 },
		{ "asc", ASC_HEAD
			 "   0.030000 CANFD   1 Rx        1FF  EngineData                1 1 9 12 01 02 03 04 05 06 07 08 09 0A 0B 0C 80000 90 7000 0 0 0 0 0\n"
			 "   0.031000 CANFD   2 Tx   12345678x                          0 0 3  3 AA BB CC 0 0 0 0 0 0 0 0\n"
			 "   0.032000 CANFD   1 Rx 123 0 0 2  2 AA BB\n"
			 "   0.033000 CANFD   1 Rx 1 1 0 2  2 AA BB 0 0 1000 0 0 0 0 0\n",
		  "(1700000000.280000) can0 1FF##30102030405060708090A0B0C R\n"
		  "(1700000000.281000) can1 12345678#AABBCC T\n"
		  "(1700000000.282000) can0 123##0AABB R\n"
		  "(1700000000.283000) can0 001##1AABB R\n", 0 },
		/* Decimal; each time counts from the one before, the events' too. */
		{ "asc", "date Die Nov 14 22:13:20 2023\nbase dec  timestamps relative\n"
			 "   0.100000 1  256             Rx   d 2 255 16\n"
			 "   0.100000 log trigger event\n   0.100000 1  419361024x Rx d 1 7\n",
		  "(1700000000.100000) can0 100#FF10 R\n(1700000000.300000) can0 18FEF100#07 R\n", 0 },
		/* The measurement begins with the block, not with the file; and a later block. */
		{ "asc", ASC_HEAD "Begin Triggerblock Tue Nov 14 10:13:30.5 pm 2023\n"
			 "   0.000000 Start of measurement\n   1.0 1  100 Rx d 0\nEnd TriggerBlock\n"
			 "Begin Triggerblock Tue Nov 14 10:13:40.5 pm 2023\n   11.0 1  101 Rx d 0\n",
		  "(1700000011.500000) can0 100# R\n(1700000021.500000) can0 101# R\n", 0 },
		/* No head: times as they are. */
		{ "asc", "   0.0102 1  100 Rx d 1 30\n", "(0.010200) can0 100#30 R\n", 0 },
		{ "asc", ASC_HEAD "   0.1 1  100 Rx d 2 30\n   0.1 1  100 Rx d 1 ZZ\n   0.1 1 900 Rx d 0\n"
			 "   0.1 1  100 Xx d 0\nnonsense\n   0.1 CANFD 1 Rx 123 1 0 9 12 01\n"
			 "   0.2 1  100 Rx d 1 30\n", "(1700000000.450000) can0 100#30 R\n", 6 },
	};
	(void)state;

	check(rows, ARRAY_SIZE(rows));
}

static void trc(void **state)
{
	static const struct row rows[] = {
		{ "trc", ";##########\n;   Columns:\n"
			 "     1)      1841 0001 8 00 01 02 03 04 05 06 07\n"
			 "     2)      1842 FFFFFFFF 4 00 00 00 04 -- -- -- -- BUSLIGHT\n"
			 "     3)      1843 18FF12A0 2 AA BB\n     4)      1844 0100 3 RTR\n",
		  "(1.841000) can0 001#0001020304050607 R\n(1.843000) can0 18FF12A0#AABB R\n"
		  "(1.844000) can0 100#R3 R\n", 0 },
		{ "trc", ";$FILEVERSION=1.1\r\n;$STARTTIME=45244.925925925925\r\n;\r\n"
			 "     1)      1059.9  Rx         0300  7  00 00 00 00 04 00 00\r\n"
			 "     2)      1060.0  Warng  FFFFFFFF  4  00 00 00 08  BUSHEAVY\r\n"
			 "     3)      1298.9  Tx     18EFC034  2  01 02\r\n",
		  "(1700000001.059900) can0 300#00000000040000 R\n"
		  "(1700000001.298900) can0 18EFC034#0102 T\n", 0 },
		{ "trc", ";$FILEVERSION=1.3\n"
			 "     1)      1059.900 2  Rx        0300 -  7    00 00 00 00 04 00 00\n",
		  "(1.059900) can1 300#00000000040000 R\n", 0 },
		{ "trc", ";$FILEVERSION=2.0\n;$STARTTIME=45244.925925925925\n;$COLUMNS=N,O,T,I,d,l,D\n"
			 "      1      1059.900 DT     0300 Rx 7  00 00 00 00 04 00 00\n"
			 "      5      1334.416 FD     0500 Tx 12  01 02 03 04 05 06 07 08 09 0A 0B 0C\n"
			 "      6      1334.522 ER          Rx    04 00 02 00 00\n"
			 "      7      1334.531 ST          Rx    00 00 00 08\n"
			 "      8      1334.643 EC          Rx    02 02\n"
			 "     10      1336.543 RR     0100 Rx 3\n",
		  "(1700000001.059900) can0 300#00000000040000 R\n"
		  "(1700000001.334416) can0 500##00102030405060708090A0B0C T\n"
		  "(1700000001.334522) can0 20000088#0000000000000000 R\n"
		  "(1700000001.336543) can0 100#R3 R\n", 0 },
		{ "trc", ";$FILEVERSION=2.1\n;$COLUMNS=N,O,T,B,I,d,R,L,D\n"
			 "      1      1059.900 DT 1      0300 Rx -  7    00 00 00 00 04 00 00\n"
			 "      2      1060.000 FB 2      0301 Tx -  9    00 01 02 03 04 05 06 07 08 09 0A 0B\n"
			 "      3      1061.000 BI 2  18EFC034 Rx -  1    00\n"
			 "      4      1062.000 ER 1         - Rx -  5    04 00 02 00 00\n"
			 "      5      1063.000 EV -  User-defined event for all busses\n",
		  "(1.059900) can0 300#00000000040000 R\n"
		  "(1.060000) can1 301##1000102030405060708090A0B T\n"
		  "(1.061000) can1 18EFC034##300 R\n"
		  "(1.062000) can0 20000088#0000000000000000 R\n", 0 },
		/* No head, and a damaged one: the lines tell. */
		{ "trc", "1 1059.900 DT 1 0300 Rx - 1 00\n", "(1.059900) can0 300#00 R\n", 0 },
		{ "trc", ";$FILEVERSION=2.1\n;$COLUMNS=N,N,T,B,I,d,R,L,D\n"
			 "1 1059.900 DT 1 0300 Rx - 1 00\n", "(1.059900) can0 300#00 R\n", 0 },
		{ "trc", ";$FILEVERSION=1.1\n 1) 1.0 Rx 0300 2 00\n 2) 1.0 Rx 0800 1 00\n"
			 " 3) 1.0 Rx 0300 1 0G\n 4) x Rx 0300 1 00\n 5) 2.0 Rx 0300 1 01\n",
		  "(0.002000) can0 300#01 R\n", 4 },
	};
	(void)state;

	check(rows, ARRAY_SIZE(rows));
}

#define CSV_HEAD "Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n"

static void csv(void **state)
{
	static const struct row rows[] = {
		{ "csv", CSV_HEAD "166064000,0000021A,false,Rx,0,8,FE,36,12,FE,69,05,07,AD,\n"
				  "166064100,18FEF100,true,Tx,1,2,01,02,,,,,,\n"
				  "166064200,00000123,false,Rx,0,0,,,,,,,,\r\n",
		  "(166.064000) can0 21A#FE3612FE690507AD R\n(166.064100) can1 18FEF100#0102 T\n"
		  "(166.064200) can0 123# R\n", 0 },
		/* Older ones have no direction; ids with 0x; blanks. */
		{ "csv", "Time Stamp,ID,Extended,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n"
			 "1700000000000001, 0x123, 0, 0, 1, 0A\n",
		  "(1700000000.000001) can0 123#0A R\n", 0 },
		{ "csv", "100,123,false,Rx,0,9,00,01,02,03,04,05,06,07,08\n",
		  "(0.000100) can0 123##0000102030405060708 R\n", 0 },
		{ "csv", CSV_HEAD "x,123,false,Rx,0,0\n1,123,false,Rx,0,2,00\n1,123,maybe,Rx,0,0\n"
				  "1,900,false,Rx,0,0\n1,123,false,Rx,0,1,100\n2,123,false,Rx,0,1,10\n",
		  "(0.000002) can0 123#10 R\n", 5 },
	};
	(void)state;

	check(rows, ARRAY_SIZE(rows));
}

static void kbus(void **state)
{
	static const struct row rows[] = {
		/* kbus.md 2.1-2.4 */
		{ "kbus", "00 05 BF 7A 30 03 F3\n44 05 BF 74 05 01 8E \n",
		  "(-) 1B00BF7A#3003\n(-) 1B44BF74#0501\n", 0 },
		{ "kbus", "0005BF7A3003F3\n", "(-) 1B00BF7A#3003\n", 0 },
		{ "kbus", "1436509052.249713 80 04 BF 11 01 2B\n(1436509052.5) TX 80 04 BF 11 01 2B\n",
		  "(1436509052.249713) kbus 1B80BF11#01 R\n(1436509052.500000) kbus 1B80BF11#01 T\n", 0 },
		{ "kbus", "23.08.2011 23:04:30.609:  ! NavCoder v2.8.350 [DE] [i/k-bus] logging started\n"
			  "23.08.2011 23:04:30.781:  D0 07 BF 5B 03 00 00 00 30\n"
			  "23.08.2011 23:04:30.781:  LCM  --> GLO : Lamp status: Park Low_Beam  All_OK\n"
			  "23.08.2011 23:04:32.031:  80 05 BF 18 00 06 24\n",
		  "(1314140670.781000) kbus 1BD0BF5B#03000000 R\n(1314140672.031000) kbus 1B80BF18#0006 R\n",
		  0 },
		/* Words are no fault once it is known what the log is. */
		{ "kbus", "2010-Jul-23 11:20:55.920753: info: ibus: Received: 44 05 BF 74 05 01 8E \n"
			  "2010-Jul-23 11:21:05.177890: debug: Stop IBus service\n",
		  "(1279884055.920753) kbus 1B44BF74#0501 R\n", 0 },
		{ "kbus", "11:20:55.920753 44 05 BF 74 05 01 8E\n", "(40855.920753) kbus 1B44BF74#0501 R\n", 0 },
		/* More than one in a line, garbage between them; never across a line's end. */
		{ "kbus", "80 04 BF 11 01 2B\n00 05 BF 7A 30 03 F3 80 04 BF 11 01 2B\n",
		  "(-) 1B80BF11#01\n(-) 1B00BF7A#3003\n(-) 1B80BF11#01\n", 0 },
		{ "kbus", "80 04 BF 11 01 2B\n00 05 BF 7A\n30 03 F3\n80 04 BF 11 00 2A\n",
		  "(-) 1B80BF11#01\n(-) 1B80BF11#00\n", 2 },
		/* A wrong XOR: no frame, nor is what looks like one inside it. */
		{ "kbus", "80 04 BF 11 01 2B\n00 05 BF 7A 30 03 F4\n80 04 BF 11 00 2A\n",
		  "(-) 1B80BF11#01\n(-) 1B80BF11#00\n", 1 },
	};
	(void)state;

	check(rows, ARRAY_SIZE(rows));
}

static void faults_say_where(void **state)
{
	static const struct {
		const char *text;
		uint64_t line;
		size_t column;
		const char *reason;
	} rows[] = {
		{ ASC_HEAD "   0.1 1  100 Rx d 2 30 ZZ\n", 3, 25, "no frame" },
		{ CSV_HEAD "1,123,false,Rx,0,1,100\n", 2, 23, "no frame" },
		{ ";$FILEVERSION=1.1\n 1) 1.0 Rx 0300 2 00 GG\n", 2, 22, "no frame" },
		{ "80 04 BF 11 01 2B\n00 05 BF 7A 30 03 F4\n", 2, 1,
		  "no frame: the XOR over its bytes is not 0" },
		{ "80 04 BF 11 01 2B\n00 02 BF\n", 2, 1, "no frame: too few bytes" },
	};
	static struct log_text t;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		log_text_read(&t, rows[i].text, strlen(rows[i].text));
		assert_int_equal(t.faults, 1);
		assert_int_equal(t.line, rows[i].line);
		assert_int_equal(t.column, rows[i].column);
		assert_string_equal(t.reason, rows[i].reason);
	}
}

/* A bad first line does not settle what a log is. */
static void late_recognition(void **state)
{
	static const struct row rows[] = {
		{ "asc", "nonsense\n" ASC_HEAD "   0.1 1  100 Rx d 0\n",
		  "(1700000000.350000) can0 100# R\n", 1 },
		{ "kbus", "hello\n# note\n00 05 BF 7A 30 03 F3\n", "(-) 1B00BF7A#3003\n", 1 },
		{ "-", "hello\nworld\n", "", 2 },
		{ "-", "", "", 0 },
	};
	(void)state;

	check(rows, ARRAY_SIZE(rows));
}

static int set_zone(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();

	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(candump),
		cmocka_unit_test(candump_without_time),
		cmocka_unit_test(candump_small_times),
		cmocka_unit_test(asc),
		cmocka_unit_test(trc),
		cmocka_unit_test(csv),
		cmocka_unit_test(kbus),
		cmocka_unit_test(faults_say_where),
		cmocka_unit_test(late_recognition),
	};

	return cmocka_run_group_tests(tests, set_zone, NULL);
}
