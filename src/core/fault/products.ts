import { type FaultBlock, row } from './row.js';

/** 15x: products. */
export const PRODUCT_FAULTS = {
  productFileUnreadable: row(150, {
    saysId: 'Daftar produk tidak terbaca.',
    saysEn: 'List of products cannot be read.',
    causeId: 'Berkas produk tidak ada, terlalu besar, bukan UTF-8, atau kosong.',
    causeEn: 'The file of products is not there, too large, no UTF-8, or empty.',
    remedyId: 'Simpan sebagai CSV UTF-8, lalu gopay-pos products check BERKAS.',
    remedyEn: 'Save it as CSV in UTF-8, then gopay-pos products check FILE.',
  }),
  productFileForm: row(151, {
    saysId: 'Daftar produk salah bentuk.',
    saysEn: 'List of products has a wrong form.',
    causeId: 'Judul kolom, tanda kutip atau jumlah sel sebuah baris salah.',
    causeEn: 'A heading, a quotation mark or the number of cells of a line is wrong.',
    remedyId: 'Baris dan yang diizinkan ada di laporannya: gopay-pos products check BERKAS.',
    remedyEn: 'Line and what is allowed are in the report: gopay-pos products check FILE.',
  }),
  catalogueKept: row(152, {
    saysId: 'Daftar produk lama tetap dipakai.',
    saysEn: 'The old list of products stays.',
    causeId: 'Daftar yang baru salah: yang terakhir tanpa kesalahan tetap berlaku, juga setelah mulai lagi.',
    causeEn: 'The new list has mistakes: the last one without any holds, after a restart as well.',
    remedyId: 'Perbaiki yang disebut log, lalu gopay-pos products reload.',
    remedyEn: 'Mend what the log names, then gopay-pos products reload.',
  }),
  nothingToChoose: row(153, {
    saysId: 'Belum ada yang dijual. Hubungi petugas.',
    saysEn: 'Nothing to sell yet. Please ask the staff.',
    causeId: 'Katalog tidak berisi satu produk pun, dan jumlah tidak boleh diketik.',
    causeEn: 'The catalogue has no product, and no amount may be typed.',
    remedyId: 'gopay-pos products list; isi [[product]] atau berkasnya, atau catalogue.free_amount.',
    remedyEn: 'gopay-pos products list; fill [[product]] or the file, or set catalogue.free_amount.',
  }),
  machinePriceDiffers: row(154, {
    saysId: 'Harga di mesin berbeda.',
    saysEn: 'The price in the machine is another one.',
    causeId: 'Mesin meminta harga lain untuk slot itu daripada katalog; yang dibayar adalah harga mesin.',
    causeEn:
      'The machine asks another price for the slot than the catalogue has; the machine’s is what is paid.',
    remedyId: 'Samakan harga di mesin atau di katalog.',
    remedyEn: 'Set the price in the machine or in the catalogue.',
  }),
  productPicture: row(155, {
    saysId: 'Gambar produk tidak dapat dipakai.',
    saysEn: 'Picture of a product cannot be used.',
    causeId: 'Gambarnya tidak ada, bukan PNG atau JPEG, lebih dari 10 MB, atau lebih dari 40 juta titik.',
    causeEn: 'It is not there, no PNG or JPEG, over 10 MB, or of more than 40 million dots.',
    remedyId: 'Simpan gambar lebih kecil; produk tetap dijual tanpa gambar.',
    remedyEn: 'Save a smaller one; the product is sold without it.',
  }),
  itemNotSold: row(467, {
    saysId: 'Produk itu tidak dapat dijual.',
    saysEn: 'This product cannot be sold.',
    causeId:
      'Sebuah program meminta produk yang tidak dikenal, habis, di luar jam atau batasnya, atau yang diberikan terminal sendiri.',
    causeEn:
      'A program asked for a product that is unknown, sold out, beyond its hours or limit, or given by the terminal itself.',
    remedyId: 'Jawabannya menyebut baris dan sebabnya; gopay-pos products menunjukkan apa yang dijual.',
    remedyEn: 'The answer names the line and the reason; gopay-pos products lists what is sold.',
  }),
} satisfies FaultBlock;
